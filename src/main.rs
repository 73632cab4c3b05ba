//! The command `fengqiao`.

use std::process::ExitCode;
use std::sync::Arc;

use fengqiao::cli::{self, EngineParts, Failure};
use fengqiao::graphql::engine::Engine;
use fengqiao::http::GraphqlService;
use futures_util::future::BoxFuture;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main(engine)
}

fn engine(parts: EngineParts) -> BoxFuture<'static, Result<Arc<dyn GraphqlService>, Failure>> {
    Box::pin(async move {
        let engine = Engine::new(parts.read, parts.policy, parts.sealer, parts.clock).await;
        let engine = engine.map_err(|error| Failure::Failed(error.to_string()))?;
        Ok(Arc::new(engine) as Arc<dyn GraphqlService>)
    })
}
