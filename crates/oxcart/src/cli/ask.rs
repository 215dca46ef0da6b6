//! Questions to whoever sits at the terminal, and answers printed for whoever reads along.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use anyhow::bail;
use console::Term;

/// The terminal a person answers at.
pub(super) struct Terminal(Term);

impl Terminal {
    /// The terminal, if a person can be asked: both what they type and what they are asked go through one.
    pub(super) fn present() -> Option<Self> {
        let here = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        here.then(|| Self(Term::stderr()))
    }

    /// Shows one line.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn say(&self, text: impl Display) -> anyhow::Result<()> {
        Ok(self.0.write_line(&text.to_string())?)
    }

    /// Asks for a line and returns it trimmed; possibly empty.
    ///
    /// # Errors
    /// The input was closed (Ctrl-D), or the terminal is gone.
    pub(super) fn line(&self, prompt: &str) -> anyhow::Result<String> {
        self.0.write_str(prompt)?;
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line)? == 0 {
            self.say("")?;
            bail!("cancelled: nothing was changed");
        }
        Ok(line.trim().to_owned())
    }

    /// Asks for a yes; everything else is a no.
    ///
    /// # Errors
    /// As [`Terminal::line`].
    pub(super) fn yes(&self, question: &str) -> anyhow::Result<bool> {
        let answer = self.line(&format!("{question} [y/N]: "))?.to_lowercase();
        Ok(answer == "y" || answer == "yes")
    }

    /// Asks for a password twice, without showing what is typed; nothing if the two differ.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(super) fn new_password(&self) -> anyhow::Result<Option<String>> {
        let mut typed = [String::new(), String::new()];
        for (prompt, answer) in ["Password: ", "Password (again): "].into_iter().zip(&mut typed) {
            self.0.write_str(prompt)?;
            *answer = self.0.read_secure_line()?;
        }
        let [first, again] = typed;
        Ok((first == again).then_some(first))
    }
}

/// Prints one line to standard output. A reader that has seen enough (`| head`) closes the pipe; that is no failure.
pub(super) fn tell(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
