//! `oxcart changepassword`: a new password for any account.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use app::App;
use domain::audit::Actor;
use domain::customer::{PASSWORD_LENGTH, User};

use super::ask::{Terminal, tell};
use super::{Context, database};

/// How often a password is asked for before giving up.
const TRIES: usize = 3;

/// Sets a new password for someone who cannot log in any more.
///
/// Asks for the password twice, holds it to the same rules as a registration, and ends every
/// session of the account.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart changepassword ada@shop.example
  pass show shop/ada | oxcart changepassword --stdin ada@shop.example")]
pub struct Args {
    /// The address the account logs in with.
    pub email: String,
    /// Reads the password from standard input, one line, instead of asking: for scripts.
    #[arg(long)]
    pub stdin: bool,
}

/// Sets the password.
///
/// # Errors
/// Nobody has the address, the password won't do, or the database can't be used.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let terminal = match (args.stdin, Terminal::present()) {
        (true, _) => None,
        (false, Some(terminal)) => Some(terminal),
        (false, None) => bail!(
            "there is no terminal to ask at: send the password on standard input, with `oxcart changepassword --stdin`"
        ),
    };
    let app = database::current(&context.config).await?;
    let account = app.account(&args.email).await.context("cannot read the accounts")?;
    let Some(account) = account else { bail!("no account has the address {}", args.email) };
    let password = match &terminal {
        Some(terminal) => asked(&app, &account, terminal)?,
        None => from_stdin(&app, &account)?,
    };
    let saved = app.reset_password(&account.email, &password, &Actor::command_line()).await;
    saved.context("the password could not be saved")?;
    if !context.quiet {
        tell(format_args!("Password changed successfully for {}; every session of it has ended.", account.email));
    }
    Ok(ExitCode::SUCCESS)
}

fn asked(app: &App, account: &User, terminal: &Terminal) -> anyhow::Result<String> {
    terminal.say(format_args!("Changing password for {}", account.email))?;
    for _ in 0..TRIES {
        let Some(password) = terminal.new_password()? else {
            terminal.say("Passwords do not match. Please try again.")?;
            continue;
        };
        let problems = problems(app, account, &password);
        if problems.is_empty() {
            return Ok(password);
        }
        for problem in problems {
            terminal.say(problem)?;
        }
    }
    bail!("the password of {} is as it was: {TRIES} tries would not do", account.email);
}

fn from_stdin(app: &App, account: &User) -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("cannot read the password from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    let problems = problems(app, account, &password);
    if !problems.is_empty() {
        bail!("the password of {} is as it was. {}", account.email, problems.join(" "));
    }
    Ok(password)
}

fn problems(app: &App, account: &User, password: &str) -> Vec<String> {
    if password.trim().is_empty() {
        return vec!["Blank passwords aren't allowed.".to_owned()];
    }
    if password.chars().count() > PASSWORD_LENGTH {
        return vec![format!("Ensure this value has at most {PASSWORD_LENGTH} characters.")];
    }
    app.password_problems(password, &account.email, &account.first_name, &account.last_name)
}
