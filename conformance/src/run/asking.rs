//! One question beside the cases, in the plainest form: what the kit itself wants to know of an endpoint.

use crate::client::conn::{self, Patience};
use crate::client::endpoint::Endpoint;
use crate::client::outgoing::Outgoing;
use crate::client::transport::Transport;
use crate::operation::{Credentials, Dialect, Operation};
use crate::reply::{Reply, Response};
use crate::xml::read::read;
use crate::xml::style::Style;
use crate::xml::write::write;

/// Asks, and gives the `<RESPONSE>`, a refusal included; otherwise why there is none.
pub async fn ask(
    operation: &Operation,
    credentials: &Credentials,
    endpoint: &Endpoint,
    patience: Patience,
) -> Result<Response, String> {
    let document = operation.document(credentials, Dialect::default());
    let payload = Transport::Urlencoded.wrap(&write(&document, &Style::default()));
    let outgoing = Outgoing::post(payload.content_type.clone(), payload.body());
    let exchange = conn::exchange(endpoint, &outgoing, patience)
        .await
        .map_err(|error| error.to_string())?;
    let document = read(&exchange.response.body).map_err(|error| error.to_string())?;
    match Reply::from_tree(&document.root).map_err(|error| error.to_string())? {
        Reply::Response(response) => Ok(response),
        Reply::DeliveryReport(_) => Err("it answered a delivery report".to_owned()),
    }
}
