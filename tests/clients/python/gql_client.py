"""gql: a query, a refusal, a mutation and its userErrors over HTTP, a subscription over a socket (graphql-transport-ws)."""

import asyncio
import os

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport
from gql.transport.websockets import WebsocketsTransport

ADDRESS = os.environ["FENGQIAO_ADDRESS"]
REPORT = "mutation Report($input: ReportHazardInput!) { reportHazard(input: $input) { hazard { id } userErrors { code field message } } }"
LIVE = "subscription Live { matterChanged(filter: { types: [HAZARD] }) { kind matterId action } }"


def bearer(name):
    return {"authorization": f"Bearer {os.environ[name]}"}


def client(name):
    transport = HTTPXTransport(url=f"http://{ADDRESS}/graphql", headers=bearer(name))
    # Read from the server: documents are then checked before they are sent.
    return Client(transport=transport, fetch_schema_from_transport=True)


def queries(officer):
    answer = officer.execute(GraphQLRequest("query Who { viewer { role purpose } }"))
    assert answer == {"viewer": {"role": "COUNTY_PEACE_OFFICER", "purpose": "SUPERVISE"}}, answer
    try:
        officer.execute(GraphQLRequest("query One { node(id: \"x\") { id } }"))
        raise AssertionError("nothing was refused")
    except TransportQueryError as error:
        assert error.errors[0]["extensions"] == {"code": "BAD_INPUT", "field": "id"}, error.errors


def report(member, why):
    grids = member.execute(GraphQLRequest("{ grids(first: 1, filter: { mine: true }) { edges { node { id } } } }"))
    values = {
        "grid": grids["grids"]["edges"][0]["node"]["id"],
        "category": "ELECTRICITY",
        "source": "GRID",
        "description": "楼道堆放电动自行车电池",
        "noPhotoReason": why,
    }
    return member.execute(GraphQLRequest(REPORT, variable_values={"input": values}))["reportHazard"]


async def live(member):
    # The socket takes the token in connection_init. The protocol is named, because gql looks for the server's choice under a header
    # written in capitals, and takes a lower-case answer for none.
    transport = WebsocketsTransport(
        url=f"ws://{ADDRESS}/graphql",
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload=bearer("FENGQIAO_OFFICER"),
    )
    async with Client(transport=transport) as session:
        told = session.subscribe(GraphQLRequest(LIVE))
        first = asyncio.ensure_future(anext(told))
        # A moment for the subscription to be there.
        await asyncio.sleep(1)
        done = await asyncio.to_thread(report, member, "夜间光线不足")
        assert done["userErrors"] == [], done
        change = (await asyncio.wait_for(first, 20))["matterChanged"]
        assert change == {"kind": "TRANSITION", "matterId": done["hazard"]["id"], "action": "reportHazard"}, change
        await told.aclose()


def main():
    officer, member = client("FENGQIAO_OFFICER"), client("FENGQIAO_MEMBER")
    queries(officer)
    refused = report(member, None)
    assert [error["code"] for error in refused["userErrors"]] == ["PHOTO_MISSING"], refused
    assert refused["hazard"] is None, refused
    asyncio.run(live(member))
    print("a query, a refusal, a mutation with its userErrors and a subscription over a socket")


main()
