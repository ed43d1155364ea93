// What the page was given, and who answers what it cannot do by itself: a server, or nobody where the page is a file.
export const given = JSON.parse(document.getElementById("given").textContent);

const SILENT = "The server does not answer.";

// What the server answers; what it refuses is an error with its sentence.
async function post(path, body) {
  const response = await fetch(`${given.prefix}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!response?.ok) throw new Error((await response?.text()) || SILENT);
  return response;
}

export const host = { served: given.served, post, json: async (path, body) => (await post(path, body)).json() };
