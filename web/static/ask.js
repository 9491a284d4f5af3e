// Streams answers into the conversation. Without this script the same forms load whole pages.

import { answerLine, element, finish, notice } from "./outcome.js";
import { events, post } from "./stream.js";

const form = document.getElementById("ask-form");
const box = document.getElementById("question");
const log = document.getElementById("conversation");
const SILENCE_MS = 20000;
const FINAL = ["answer", "clarification", "abstention"];
let conversation = log.dataset.conversation || null;
let busy = false;

// ---- asking ---------------------------------------------------------------------------------------

function openTurn(question) {
  const turn = element("section", "turn");
  const heading = element("h2", "turn-question");
  heading.append(element("span", "visually-hidden", "问："), question);
  const outcome = element("div", "outcome");
  outcome.append(element("p", "waiting", "正在查找……"));
  turn.append(heading, outcome);
  log.append(turn);
  bringIntoView(turn);
  return outcome;
}

// The whole turn above the question box, or its beginning when it is too long for the screen.
function bringIntoView(turn) {
  const long = turn.offsetHeight > window.innerHeight * 0.7;
  turn.scrollIntoView({ block: long ? "start" : "nearest" });
}

// The page that shows this question as the script does, within its conversation.
function pageOf(question) {
  const wanted = new URLSearchParams({ q: question });
  if (conversation) wanted.set("conversation_id", conversation);
  return form.action + "?" + wanted;
}

async function ask(question) {
  if (busy || !question) return;
  busy = true;
  log.setAttribute("aria-busy", "true");
  try {
    await request(question, openTurn(question));
    history.replaceState(null, "", pageOf(question));
    box.focus({ preventScroll: true });
  } catch (failure) {
    location.assign(pageOf(question));
  } finally {
    busy = false;
    log.removeAttribute("aria-busy");
  }
}

async function request(question, outcome) {
  const breaker = new AbortController();
  let timer = setTimeout(() => breaker.abort(), SILENCE_MS);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => breaker.abort(), SILENCE_MS);
  };
  const body = { question, conversation_id: conversation };
  try {
    const response = await post("/api/v1/ask", body, "text/event-stream", breaker.signal);
    if (response.ok) await show(events(response, alive), outcome, question);
    else await refuse(response, outcome);
  } finally {
    clearTimeout(timer);
  }
}

async function show(stream, outcome, question) {
  let citations = [];
  for await (const { name, body } of stream) {
    const waiting = outcome.querySelector(".waiting");
    if (waiting) waiting.remove();
    if (name === "evidence") citations = body.citations;
    if (name === "delta") {
      const cited = citations.find((citation) => citation.number === body.citation);
      outcome.append(answerLine(body, cited));
    }
    if (name === "error") throw new Error(body.title);
    if (FINAL.includes(name)) {
      conversation = body.conversation_id || conversation;
      finish(outcome, body, question);
      bringIntoView(outcome.parentElement);
      return;
    }
  }
  throw new Error("the stream ended early");
}

async function refuse(response, outcome) {
  const problem = await response.json();
  outcome.textContent = "";
  outcome.append(notice(problem.detail, "error"));
  outcome.classList.add("outcome-error");
}

// ---- copying, feedback, problems --------------------------------------------------------------------

function plainLine(line) {
  const pairs = Array.from(line.querySelectorAll("div"), (pair) =>
    pair.querySelector("dt").textContent + "：" + pair.querySelector("dd").textContent);
  const copied = line.cloneNode(true);
  copied.querySelectorAll(".chip").forEach((chip) => chip.remove());
  return pairs.length ? pairs.join("；") : copied.textContent.trim();
}

function plainAnswer(outcome) {
  const text = (item) => item.textContent.replace(/\s+/g, " ").trim();
  const lines = Array.from(outcome.querySelectorAll(".line, .fields"), plainLine);
  const warnings = Array.from(outcome.querySelectorAll(".notice"), (item) => "注意：" + text(item));
  const places = Array.from(outcome.querySelectorAll(".sources li"), text);
  return [...lines, ...warnings, "来源：", ...places].join("\n");
}

async function copy(button) {
  await toClipboard(plainAnswer(button.closest(".outcome")));
  button.textContent = "已复制";
  setTimeout(() => { button.textContent = "复制"; }, 2000);
}

async function toClipboard(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = element("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy"); // pages served without TLS have no other way
  area.remove();
}

async function sendFeedback(sent, helpful) {
  const address = "/api/v1" + sent.getAttribute("action");
  await accepted(post(address, { helpful }, "application/json"));
  sent.replaceWith(element("span", "muted", "谢谢，已记录：" + (helpful ? "有用" : "没用")));
}

async function sendProblem(sent) {
  const { question, answer_id: answer } = sent.elements;
  const body = { question: question.value, answer_id: answer.value || null };
  const problem = await accepted(post("/api/v1/problems", body, "application/json"));
  sent.replaceWith(element("span", "reported", "已提交到问题库，编号 " + problem.number));
}

async function accepted(sending) {
  const response = await sending;
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function sendPage(sent, button) {
  const chosen = element("input");
  chosen.type = "hidden";
  chosen.name = button.name || "sent";
  chosen.value = button.value;
  sent.append(chosen);
  sent.submit();
}

// ---- wiring -------------------------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (busy || !question) return;
  box.value = "";
  ask(question);
});

log.addEventListener("submit", (event) => {
  const sent = event.target;
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  button.disabled = true;
  const helpful = button.value === "yes";
  const sending = sent.matches(".feedback") ? sendFeedback(sent, helpful) : sendProblem(sent);
  sending.catch(() => sendPage(sent, button));
});

log.addEventListener("click", (event) => {
  const button = event.target.closest(".copy");
  const choice = event.target.closest(".choices a");
  if (button) copy(button);
  if (choice && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    ask(choice.textContent);
  }
});

log.querySelectorAll(".copy").forEach((button) => { button.hidden = false; });
