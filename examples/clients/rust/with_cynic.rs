//! Starts a run and follows it with cynic and graphql-ws-client. The loop asks for what is missing.
use std::{env, error::Error, time::Duration};

use async_tungstenite::{tokio::connect_async, tungstenite::client::IntoClientRequest};
use cynic::{MutationBuilder, QueryBuilder, SubscriptionBuilder, http::ReqwestExt};
use futures_lite::StreamExt;
use graphql_ws_client::{Client, Error::Close, Subscription};
use serde_json::json;

#[cynic::schema("epochql")]
mod schema {}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Mutation")]
struct Start {
    #[arguments(input: { epochs: 5, seed: 1 })]
    start_training: Started,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "RunPayload")]
struct Started {
    run: Run,
}

#[derive(cynic::QueryFragment)]
struct Run {
    id: cynic::Id,
    ended_at: Option<String>,
}

#[derive(cynic::QueryVariables)]
struct Wanted {
    id: cynic::Id,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "Wanted")]
struct Find {
    #[arguments(id: $id)]
    run: Option<Run>,
}

#[derive(Clone, cynic::QueryVariables)]
struct Cursor {
    id: cynic::Id,
    last: i32,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Subscription", variables = "Cursor")]
struct Trained {
    #[arguments(runId: $id, afterEpoch: $last)]
    epochs: Epoch,
}

#[derive(cynic::QueryFragment)]
struct Epoch {
    number: i32,
    test_acc: f64,
}

type Epochs = Subscription<cynic::StreamingOperation<Trained, Cursor>>;

async fn subscribe(url: &str, token: &str, cursor: &Cursor) -> Result<Epochs, Box<dyn Error>> {
    let mut request = url.replacen("http", "ws", 1).into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
    let (socket, _) = connect_async(request).await?;
    let client =
        Client::build(socket).payload(json!({ "authorization": format!("Bearer {token}") }))?;
    Ok(client.subscribe(Trained::build(cursor.clone())).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("EPOCHQL_URL").unwrap_or("http://127.0.0.1:8000".into()) + "/graphql";
    let token = env::var("EPOCHQL_TOKEN").unwrap_or_default();
    let http = reqwest::Client::new();
    let started = http.post(&url).bearer_auth(&token).run_graphql(Start::build(())).await?;
    let id = started.data.ok_or_else(|| format!("{:?}", started.errors))?.start_training.run.id;
    let mut cursor = Cursor { id: id.clone(), last: 0 };
    loop {
        match subscribe(&url, &token, &cursor).await {
            Ok(mut epochs) => {
                while let Some(result) = epochs.next().await {
                    let result = result?;
                    let epoch = result.data.ok_or_else(|| format!("{:?}", result.errors))?.epochs;
                    println!("epoch {}: {:.1} %", epoch.number, 100.0 * epoch.test_acc);
                    cursor.last = epoch.number;
                }
            }
            Err(error) if matches!(error.downcast_ref(), Some(Close(4400.., _))) => {
                return Err(error);
            }
            Err(_) => {}
        }
        // The stream ends in the same way at the end of the run and at a stop of the server.
        let find = Find::build(Wanted { id: id.clone() });
        if let Ok(found) = http.post(&url).bearer_auth(&token).run_graphql(find).await
            && found.data.and_then(|data| data.run?.ended_at).is_some()
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
