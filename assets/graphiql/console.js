// The console: GraphiQL with a field for the token. The token is kept for this tab only.
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

  document.getElementById("identity").addEventListener("submit", function (event) {
    event.preventDefault();
    const token = field.value.trim();
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
    draw();
  });

  field.value = sessionStorage.getItem(KEY) || "";
  draw();
})();
