//! What a mail server's refusal means. A code alone does not tell: 550 is said of a recipient that does not exist, and of a
//! sender whose mail is not wanted. Servers that speak RFC 3463 say which; of the others the words are looked at.

/// Whether a refusal says that there is no such recipient: nothing but another address helps then.
pub(super) fn names_nobody(code: u16, said: &str) -> bool {
    if !(500..600).contains(&code) {
        return false;
    }
    match status(said) {
        // No mailbox, no such domain, no address at all, ambiguous, moved away, a domain that takes no mail. 7 and 8 are
        // about the sender.
        Some([5, 1, 1 | 2 | 3 | 4 | 6 | 10]) => true,
        Some([5, 0, _] | [5, 1, 0]) | None => matches!(code, 550 | 551 | 553) && says_so(said),
        Some(_) => false,
    }
}

/// The enhanced status at the beginning of what was said: `5.1.1`.
fn status(said: &str) -> Option<[u16; 3]> {
    let first = said.split_whitespace().next()?.trim_matches(['#', '(', ')', ':']);
    let mut numbers = first.split('.').map(|number| number.parse().ok());
    let status = [numbers.next()??, numbers.next()??, numbers.next()??];
    (numbers.next().is_none() && matches!(status[0], 2 | 4 | 5)).then_some(status)
}

/// The ways in which servers say it in words.
fn says_so(said: &str) -> bool {
    let said = said.to_lowercase();
    let of_whom = ["user", "mailbox", "recipient", "account", "address"];
    let what = ["unknown", "not found", "no such", "does not exist", "doesn't exist", "invalid"];
    // About who sends, and from where.
    let of_us = ["sender", "ip address", "helo", "ehlo", "dns", "reverse", "hostname", "client"];
    !of_us.iter().any(|word| said.contains(word))
        && of_whom.iter().any(|word| said.contains(word))
        && what.iter().any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::names_nobody;

    #[test]
    fn only_what_is_said_of_the_recipient_is_for_good() {
        for (code, said) in [
            (550, "5.1.1 <gus@home.example>: Recipient address rejected: User unknown in virtual mailbox table"),
            (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
            (550, "5.1.2 no such domain"),
            (556, "5.1.10 the domain takes no mail"),
            (550, "No such user here"),
            (550, "#5.1.0 Address rejected: unknown user"),
            (553, "sorry, that mailbox does not exist"),
            (551, "User not found"),
        ] {
            assert!(names_nobody(code, said), "{code} {said}");
        }
        for (code, said) in [
            (554, "5.7.1 Message rejected as spam"),
            (550, "5.7.26 This mail has been blocked because the sender is unauthenticated"),
            (550, "5.4.1 Recipient address rejected: Access denied"),
            (552, "5.2.2 The recipient's mailbox is full"),
            (552, "4.2.2 over quota"),
            (550, "5.1.8 Sender address rejected: Domain not found"),
            (550, "5.1.7 The sender's address is invalid"),
            (553, "Sender address rejected: does not exist"),
            (550, "Requested action not taken: mailbox unavailable"),
            (550, "Reverse DNS for your IP address not found"),
            (550, "Access denied - Invalid HELO name, address does not exist"),
            (554, "Transaction failed"),
            (530, "5.7.0 Authentication required: unknown user"),
            (535, "5.7.8 user unknown"),
            (450, "4.1.1 user unknown"),
            (451, "5.1.1 user unknown"),
            (0, "user unknown"),
            (550, ""),
        ] {
            assert!(!names_nobody(code, said), "{code} {said}");
        }
    }
}
