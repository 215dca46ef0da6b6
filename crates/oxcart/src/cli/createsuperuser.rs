//! `oxcart createsuperuser`: the account that runs the shop.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use app::App;
use app::auth::{Registration, SuperuserError};
use domain::audit::Actor;
use domain::customer::{NAME_LENGTH, PASSWORD_LENGTH, is_email};

use super::ask::{Terminal, tell};
use super::{Context, database};

/// Where scripts leave what `--noinput` does not ask for; the first that is set counts.
const EMAIL_VARIABLES: [&str; 2] = ["OXCART_SUPERUSER_EMAIL", "DJANGO_SUPERUSER_EMAIL"];
const PASSWORD_VARIABLES: [&str; 2] = ["OXCART_SUPERUSER_PASSWORD", "DJANGO_SUPERUSER_PASSWORD"];

/// How often a password is asked for before giving up.
const TRIES: usize = 10;

/// Makes an account that may do everything: a new shop's first.
///
/// Only staff can add products and move orders along, so every shop needs one. Asks for what is not
/// given. With `--noinput` it asks nothing and reads the password from OXCART_SUPERUSER_PASSWORD, or as
/// Django does from DJANGO_SUPERUSER_PASSWORD. A new database is made ready first; the server may be running.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  oxcart createsuperuser
  oxcart createsuperuser --email owner@shop.example
  OXCART_SUPERUSER_PASSWORD=… oxcart createsuperuser --noinput --email owner@shop.example")]
pub struct Args {
    /// The address to log in with; with `--noinput` also from OXCART_SUPERUSER_EMAIL.
    #[arg(long)]
    pub email: Option<String>,
    /// Asks nothing; what is missing is an error.
    #[arg(long)]
    pub noinput: bool,
    /// The person's first name.
    #[arg(long, value_name = "NAME")]
    pub first_name: Option<String>,
    /// The person's last name.
    #[arg(long, value_name = "NAME")]
    pub last_name: Option<String>,
}

/// Makes the account.
///
/// # Errors
/// Something is missing, not valid or taken, or the database can't be used.
pub async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let terminal = match (args.noinput, Terminal::present()) {
        (true, _) => None,
        (false, Some(terminal)) => Some(terminal),
        (false, None) => bail!(
            "there is no terminal to ask at: run `oxcart createsuperuser --noinput --email ADDRESS` with the password \
             in OXCART_SUPERUSER_PASSWORD"
        ),
    };
    let app = database::current_or_new(&context.config).await?;
    let new = match &terminal {
        Some(terminal) => asked(args, &app, terminal).await?,
        None => unasked(args, &app).await?,
    };
    match app.create_superuser(new, &Actor::command_line()).await {
        Ok(_) => {}
        // Somebody else took the address in the meantime.
        Err(SuperuserError::Invalid(_)) => bail!(TAKEN),
        Err(other) => return Err(other).context("the account could not be saved"),
    }
    if !context.quiet {
        tell("Superuser created successfully.");
    }
    Ok(ExitCode::SUCCESS)
}

const TAKEN: &str = "That email is already taken.";

async fn unasked(args: &Args, app: &App) -> anyhow::Result<Registration> {
    let email = args.email.clone().or_else(|| first_set(&EMAIL_VARIABLES));
    let email = email.context("--noinput needs --email ADDRESS, or the address in OXCART_SUPERUSER_EMAIL")?;
    let password = first_set(&PASSWORD_VARIABLES);
    let password = password.context("--noinput needs the password in the environment: OXCART_SUPERUSER_PASSWORD")?;
    let email = email.trim().to_owned();
    if let Some(problem) = email_problem(app, &email).await? {
        bail!("{email}: {problem}");
    }
    let (first_name, last_name) =
        (args.first_name.clone().unwrap_or_default(), args.last_name.clone().unwrap_or_default());
    for (flag, name) in [("--first-name", &first_name), ("--last-name", &last_name)] {
        if let Some(problem) = too_long(name, NAME_LENGTH) {
            bail!("{flag}: {problem}");
        }
    }
    if let Some(problem) = too_long(&password, PASSWORD_LENGTH) {
        bail!("the password: {problem}");
    }
    // Whoever writes the script decides, as with Django; but should know.
    for problem in app.password_problems(&password, &email, &first_name, &last_name) {
        eprintln!("warning: {problem}");
    }
    Ok(Registration { email, password, first_name, last_name, phone: String::new() })
}

fn first_set(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

async fn asked(args: &Args, app: &App, terminal: &Terminal) -> anyhow::Result<Registration> {
    let email = ask_email(args.email.as_deref(), app, terminal).await?;
    let first_name = ask_name(args.first_name.as_deref(), "First name (optional): ", terminal)?;
    let last_name = ask_name(args.last_name.as_deref(), "Last name (optional): ", terminal)?;
    let problems = |password: &str| app.password_problems(password, &email, &first_name, &last_name);
    let password = ask_password(terminal, problems)?;
    Ok(Registration { email, password, first_name, last_name, phone: String::new() })
}

/// The address that was given, or else asked for until it will do.
async fn ask_email(given: Option<&str>, app: &App, terminal: &Terminal) -> anyhow::Result<String> {
    let mut given = given.map(|email| email.trim().to_owned());
    loop {
        let email = match given.take() {
            Some(email) => email,
            None => terminal.line("Email: ")?,
        };
        match email_problem(app, &email).await? {
            None => return Ok(email),
            Some(problem) => terminal.say(format_args!("Error: {problem}"))?,
        }
    }
}

fn ask_name(given: Option<&str>, prompt: &str, terminal: &Terminal) -> anyhow::Result<String> {
    let mut given = given.map(str::to_owned);
    loop {
        let name = match given.take() {
            Some(name) => name,
            None => terminal.line(prompt)?,
        };
        match too_long(&name, NAME_LENGTH) {
            None => return Ok(name),
            Some(problem) => terminal.say(format_args!("Error: {problem}"))?,
        }
    }
}

fn ask_password(terminal: &Terminal, problems: impl Fn(&str) -> Vec<String>) -> anyhow::Result<String> {
    for _ in 0..TRIES {
        let Some(password) = terminal.new_password()? else {
            terminal.say("Error: Your passwords didn't match.")?;
            continue;
        };
        if password.trim().is_empty() {
            terminal.say("Error: Blank passwords aren't allowed.")?;
            continue;
        }
        if let Some(problem) = too_long(&password, PASSWORD_LENGTH) {
            terminal.say(format_args!("Error: {problem}"))?;
            continue;
        }
        let problems = problems(&password);
        for problem in &problems {
            terminal.say(problem)?;
        }
        if problems.is_empty() || terminal.yes("Bypass password validation and create user anyway?")? {
            return Ok(password);
        }
    }
    bail!("no account was made: {TRIES} passwords would not do");
}

async fn email_problem(app: &App, email: &str) -> anyhow::Result<Option<&'static str>> {
    if !is_email(email) {
        return Ok(Some("Enter a valid email address."));
    }
    let taken = app.account(email).await.context("cannot read the accounts")?.is_some();
    Ok(taken.then_some(TAKEN))
}

fn too_long(text: &str, most: usize) -> Option<String> {
    let length = text.chars().count();
    (length > most).then(|| format!("Ensure this value has at most {most} characters (it has {length})."))
}
