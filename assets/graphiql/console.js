// The console: GraphiQL with a field for the token, and the roles of a demo to choose from. The token is kept for this tab only.
(function () {
  "use strict";

  const KEY = "fengqiao.token";
  const EXAMPLE = "# Paste a token above, then run a query.\n{\n  viewer {\n    posting {\n      role\n    }\n  }\n}\n";
  const field = document.getElementById("token");
  const state = document.getElementById("state");
  const root = ReactDOM.createRoot(document.getElementById("console"));

  async function send(parameters) {
    const headers = { accept: "application/json, text/event-stream", "content-type": "application/json" };
    const token = sessionStorage.getItem(KEY);
    if (token) headers.authorization = "Bearer " + token;
    const answer = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(parameters) });
    const refused = token ? "This token is not accepted." : "Paste a token first.";
    state.textContent = answer.status === 401 ? refused : "";
    const isStream = (answer.headers.get("content-type") || "").startsWith("text/event-stream");
    return isStream ? events(answer.body.getReader()) : answer.json();
  }

  // The answers of a subscription, as server-sent events bring them.
  async function* events(reader) {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for (;;) {
        const chunk = await reader.read();
        if (chunk.done) return;
        text += decoder.decode(chunk.value, { stream: true });
        const parts = text.split("\n\n");
        text = parts.pop();
        for (const part of parts) {
          if (part.startsWith("event: complete")) return;
          if (part.startsWith("event: next\ndata: ")) yield JSON.parse(part.slice("event: next\ndata: ".length));
        }
      }
    } finally {
      reader.cancel();
    }
  }

  function draw() {
    // A new key makes a new console: nothing of the viewer before is left in it.
    root.render(
      React.createElement(GraphiQL, {
        key: String(Date.now()),
        fetcher: send,
        defaultQuery: EXAMPLE,
        isHeadersEditorEnabled: false,
        shouldPersistHeaders: false,
      }),
    );
  }

  function use(token) {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
    draw();
  }

  // Only a demo that listens to its own machine has roles at hand.
  async function offer() {
    const answer = await fetch("/console/roles.json");
    if (!answer.ok) return;
    const choice = document.getElementById("role");
    for (const { role, division, posting, token } of await answer.json()) {
      choice.append(new Option(`${role} ${division}, posting ${posting}`, token));
    }
    for (const part of [choice, choice.labels[0]]) part.hidden = false;
    choice.addEventListener("change", function () {
      field.value = choice.value;
      use(choice.value);
    });
  }

  document.getElementById("identity").addEventListener("submit", function (event) {
    event.preventDefault();
    use(field.value.trim());
  });

  field.value = sessionStorage.getItem(KEY) || "";
  draw();
  offer();
})();
