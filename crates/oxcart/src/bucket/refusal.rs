//! What a bucket's server says when it refuses, in words for whoever runs the shop.

/// What is to be done, by the codes of S3.
const ADVICE: [(&str, &str); 9] = [
    ("SignatureDoesNotMatch", "media_bucket_secret is not the secret of media_bucket_key; copy it anew"),
    (
        "InvalidAccessKeyId",
        "nobody knows media_bucket_key there; copy it anew, and look whether the endpoint is the right one",
    ),
    ("AccessDenied", "the access key may not do this: let it list the bucket, and get, put and delete what is in it"),
    ("NoSuchBucket", "there is no such bucket; make it, or correct its name in media_bucket"),
    ("PermanentRedirect", "the bucket lies elsewhere; correct region or endpoint in media_bucket"),
    ("AuthorizationHeaderMalformed", "the bucket lies in another region; correct region in media_bucket"),
    ("AuthorizationQueryParametersError", "the bucket lies in another region; correct region in media_bucket"),
    ("RequestTimeTooSkewed", "the clock of this machine is wrong; set it"),
    ("ExpiredToken", "the access key has expired; use one that lasts"),
];

/// Why `endpoint` refused a request, and what to do about it.
pub(super) fn described(endpoint: &str, status: u16, body: &str) -> String {
    let code = element(body, "Code").unwrap_or_default();
    let said = element(body, "Message").unwrap_or_default();
    let told = if code.is_empty() { format!("with status {status}") } else { format!("with {code} ({said})") };
    match ADVICE.iter().find(|(known, _)| *known == code) {
        Some((_, advice)) => format!("{endpoint} refuses {told}: {advice}"),
        None => format!("{endpoint} refuses {told}"),
    }
}

/// The text of the first element of this name. These answers are a few lines that a program wrote.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::described;

    #[test]
    fn a_refusal_says_what_to_do() {
        let body = "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message></Error>";
        let said = described("https://s3.example", 403, body);
        assert!(said.contains("SignatureDoesNotMatch (No.)") && said.contains("media_bucket_secret"), "{said}");
        assert_eq!(described("https://s3.example", 502, "<html>"), "https://s3.example refuses with status 502");
    }
}
