//! Starts a run and follows it with graphql_client and graphql-ws-client. The loop asks for what is missing.
use std::{env, error::Error, time::Duration};

use async_tungstenite::{tokio::connect_async, tungstenite::client::IntoClientRequest};
use futures_lite::StreamExt;
use graphql_client::{GraphQLQuery, Response};
use graphql_ws_client::{Client, Error::Close, Subscription, graphql::StreamingOperation};
use serde_json::json;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../../schema.graphql", query_path = "operations.graphql")]
struct Start;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../../schema.graphql", query_path = "operations.graphql")]
struct Find;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../../schema.graphql", query_path = "operations.graphql")]
struct Epochs;

struct Server {
    url: String,
    token: String,
    http: reqwest::Client,
}

impl Server {
    async fn send<Q: GraphQLQuery>(
        &self,
        variables: Q::Variables,
    ) -> Result<Response<Q::ResponseData>, reqwest::Error> {
        let request =
            self.http.post(&self.url).bearer_auth(&self.token).json(&Q::build_query(variables));
        request.send().await?.json().await
    }

    async fn subscribe<Q>(
        &self,
        variables: Q::Variables,
    ) -> Result<Subscription<StreamingOperation<Q>>, Box<dyn Error>>
    where
        Q: GraphQLQuery<Variables: Send + Unpin> + Send + Unpin + 'static,
    {
        let mut request = self.url.replacen("http", "ws", 1).into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
        let (socket, _) = connect_async(request).await?;
        let client = Client::build(socket)
            .payload(json!({ "authorization": format!("Bearer {}", self.token) }))?;
        Ok(client.subscribe(StreamingOperation::new(variables)).await?)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server {
        url: env::var("EPOCHQL_URL").unwrap_or("http://127.0.0.1:8000".into()) + "/graphql",
        token: env::var("EPOCHQL_TOKEN").unwrap_or_default(),
        http: reqwest::Client::new(),
    };
    let started = server.send::<Start>(start::Variables).await?;
    let id = started.data.ok_or_else(|| format!("{:?}", started.errors))?.start_training.run.id;
    let mut last = 0;
    loop {
        let cursor = epochs::Variables { id: Some(id.clone()), last: Some(last) };
        match server.subscribe::<Epochs>(cursor).await {
            Ok(mut epochs) => {
                while let Some(result) = epochs.next().await {
                    let result = result?;
                    let epoch = result.data.ok_or_else(|| format!("{:?}", result.errors))?.epochs;
                    println!("epoch {}: {:.1} %", epoch.number, 100.0 * epoch.test_acc);
                    last = epoch.number;
                }
            }
            Err(error) if matches!(error.downcast_ref(), Some(Close(4400.., _))) => {
                return Err(error);
            }
            Err(_) => {}
        }
        // The stream ends in the same way at the end of the run and at a stop of the server.
        if let Ok(found) = server.send::<Find>(find::Variables { id: id.clone() }).await
            && found.data.and_then(|data| data.run?.ended_at).is_some()
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
