//! The command `fengqiao`.

use std::process::ExitCode;
use std::sync::Arc;

use fengqiao::cli::{self, EngineParts, Failure};
use fengqiao::http::GraphqlService;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main(engine)
}

fn engine(_: EngineParts) -> Result<Arc<dyn GraphqlService>, Failure> {
    Err(Failure::Failed("this build has no engine yet".into()))
}
