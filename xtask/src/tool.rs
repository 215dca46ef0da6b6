//! Running other programs from the top of the project.

use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the workspace. Cargo names it at run time too, which counts when several checkouts
/// share a target folder.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = here.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    here.parent().expect("xtask is a folder of the workspace").to_owned()
}

/// Where cargo puts what it builds, unless the developer moved it.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A program with arguments, at the top of the project.
pub(crate) fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// The cargo that runs this.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, args)
}

/// Whether a cargo subcommand is installed: `nextest`, `fmt`, `clippy`.
pub(crate) fn has_cargo(subcommand: &str) -> bool {
    succeeds(cargo(&[subcommand, "--version"]))
}

/// Whether the command exists and ends well; its output is dropped.
pub(crate) fn succeeds(mut command: Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Shows the command, runs it with its output on the terminal, and wants it to end well.
///
/// # Errors
/// When it does not start, or fails.
pub(crate) fn run(mut command: Command) -> Result<()> {
    show(&command);
    let status = command.status().with_context(|| format!("starting {:?}", command.get_program()))?;
    ensure!(status.success(), "{} failed ({status})", words(&command));
    Ok(())
}

/// Runs the command, its errors on the terminal, and returns its standard output.
///
/// # Errors
/// When it does not start, or fails.
pub(crate) fn output(mut command: Command) -> Result<Vec<u8>> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("starting {:?}", command.get_program()))?;
    ensure!(output.status.success(), "{} failed ({})", words(&command), output.status);
    Ok(output.stdout)
}

/// Runs the command with its output on the terminal and returns all of it, and whether it ended well.
///
/// # Errors
/// When it does not start.
pub(crate) fn tee(mut command: Command) -> Result<(bool, String)> {
    show(&command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {:?}", command.get_program()))?;
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        bail!("a child with piped output has both pipes");
    };
    let (out, err) = std::thread::scope(|scope| {
        let out = scope.spawn(|| pass_on(out, std::io::stdout()));
        let err = pass_on(err, std::io::stderr());
        (out.join().unwrap_or_default(), err)
    });
    Ok((child.wait()?.success(), out + &err))
}

fn pass_on(from: impl Read, mut to: impl Write) -> String {
    let mut all = String::new();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(from.read_until(b'\n', &mut line), Ok(1..)) {
        // A closed terminal must not stop the tests.
        let _ = to.write_all(&line);
        all.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    all
}

fn show(command: &Command) {
    println!("\n> {}", words(command));
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy();
    let args = command.get_args().map(|arg| arg.to_string_lossy());
    std::iter::once(program).chain(args).collect::<Vec<_>>().join(" ")
}
