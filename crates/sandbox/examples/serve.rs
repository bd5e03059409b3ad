//! Serves a sandbox until it is interrupted, and prints the environment that points clients at it:
//! `cargo run -p reconcile-sandbox --example serve`, then `export` what it prints in another shell.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use reconcile_sandbox::{Config, Sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::default();
    if let Some(address) = std::env::args().nth(1) {
        config.listen = address.parse()?;
    }
    let sandbox = Sandbox::start(config).await?;
    for (name, value) in sandbox.environment() {
        println!("export {name}={value}");
    }
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}
