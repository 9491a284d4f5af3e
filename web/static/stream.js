// Reads server-sent events out of the answer to a POST request, and sends JSON.

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function post(address, body, accept, signal) {
  const headers = { "Content-Type": "application/json", Accept: accept, "X-CSRFToken": csrfToken() };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body), signal });
}

function parse(block) {
  const event = { name: "message", data: "" };
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event.name = line.slice(6).trim();
    if (line.startsWith("data:")) event.data += line.slice(5).trim();
  }
  return { name: event.name, body: JSON.parse(event.data) };
}

export async function* events(response, alive) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    alive();
    if (done) return;
    buffer = (buffer + decoder.decode(value, { stream: true })).replace(/\r\n/g, "\n");
    const blocks = buffer.split("\n\n");
    buffer = blocks.pop();
    for (const block of blocks) if (block.trim()) yield parse(block);
  }
}
