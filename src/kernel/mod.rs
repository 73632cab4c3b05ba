//! What every other part stands on: time, randomness, codes, masks and sealing. Nothing here knows a table or a request.

pub mod citizen_id;
pub mod clock;
pub mod coordinates;
pub mod division_code;
pub mod mask;
pub mod private;
pub mod random;
pub mod seal;
pub mod tls;
pub mod uscc;
