"""Starts a run and follows it with gql over WebSocket. The session reconnects, and the loop asks for what is missing."""
import asyncio
import os

from gql import Client, gql
from gql.transport.exceptions import TransportClosed, TransportConnectionFailed
from gql.transport.websockets import WebsocketsTransport

URL = os.environ.get("EPOCHQL_URL", "http://127.0.0.1:8000").replace("http", "ws", 1)
START = gql("mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }")
EPOCHS = gql("subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }")


async def main():
    headers = {"Authorization": f"Bearer {os.environ.get('EPOCHQL_TOKEN', '')}"}
    client = Client(transport=WebsocketsTransport(f"{URL}/graphql", headers=headers))
    session = await client.connect_async(reconnecting=True)
    cursor = {"id": (await session.execute(START))["startTraining"]["run"]["id"], "last": 0}
    while True:
        try:
            EPOCHS.variable_values = cursor
            async for data in session.subscribe(EPOCHS):
                print("epoch {number}: {testAcc:.1%}".format(**data["epochs"]), flush=True)
                cursor["last"] = data["epochs"]["number"]
            break
        except (TransportClosed, TransportConnectionFailed):
            await asyncio.sleep(1)
    await client.close_async()


asyncio.run(main())
