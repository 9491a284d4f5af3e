// Builds an outcome out of the JSON of /api/v1/ask, the same as templates/chat/_outcome.html does.

const log = document.getElementById("conversation");
const parts = document.getElementById("answer-parts");
const page = document.getElementById("ask-form").action;

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function part(selector) {
  return parts.content.querySelector(selector).cloneNode(true);
}

function linkTo(place) {
  const link = element("a", "", place.section ? place.title + " › " + place.section : place.title);
  link.href = place.url;
  return link;
}

function circled(number) {
  return number <= 20 ? String.fromCharCode(0x245f + number) : "(" + number + ")";
}

export function notice(message, level) {
  const made = element("div", "notice notice-" + level);
  made.setAttribute("role", level === "error" ? "alert" : "note");
  made.append(element("p", "", message));
  return made;
}

function chip(citation) {
  const made = element("a", "chip", circled(citation.number));
  made.href = citation.url;
  made.title = citation.section ? citation.title + " › " + citation.section : citation.title;
  made.setAttribute("aria-label", "出处" + citation.number + "：" + citation.title);
  return made;
}

function day(iso) {
  const numbers = iso.split("-").map(Number);
  return numbers[0] + "年" + numbers[1] + "月" + numbers[2] + "日";
}

function inForce(citation) {
  const first = citation.effective_from, last = citation.effective_to;
  if (first && last) return day(first) + "至" + day(last) + "施行";
  if (first) return day(first) + "起施行";
  return last ? "施行至" + day(last) : "";
}

function fields(line) {
  const found = Array.from(line.matchAll(/([^=；]{1,40})=([^=]*?)(?:；(?=[^=；]{1,40}=)|$)/g));
  const whole = found.map((match) => match[0]).join("") === line;
  return whole && found.length > 1 ? found : [];
}

function sentence(text, isKey) {
  const line = element("p", "line", isKey ? "" : text);
  if (isKey) line.append(element("mark", "", text));
  return line;
}

export function answerLine({ text, key }, citation) {
  const columns = fields(text);
  const line = columns.length ? element("dl", key ? "fields key" : "fields") : sentence(text, key);
  for (const column of columns) {
    const pair = element("div");
    pair.append(element("dt", "", column[1]), element("dd", "", column[2]));
    line.append(pair);
  }
  if (citation) line.append(chip(citation));
  return line;
}

function sources(citations) {
  const made = element("div", "sources");
  const list = element("ol");
  for (const citation of citations) {
    const item = element("li", "", circled(citation.number) + " ");
    item.append(linkTo(citation));
    const when = inForce(citation);
    if (when) item.append(element("span", "muted", "（" + when + "）"));
    for (const newer of citation.superseded_by) {
      const now = element("span", "superseded-by", " 现行规定：");
      const link = element("a", "", newer.title);
      link.href = newer.url;
      now.append(link);
      item.append(now);
    }
    list.append(item);
  }
  made.append(element("p", "sources-title", "来源"), list);
  return made;
}

function choices(questions) {
  const list = element("ul", "choices");
  for (const question of questions) {
    const link = element("a", "", question);
    link.href = page + "?q=" + encodeURIComponent(question);
    const item = element("li");
    item.append(link);
    list.append(item);
  }
  return list;
}

function nearest(places) {
  const list = element("ul", "nearest");
  for (const place of places) {
    const item = element("li");
    item.append(linkTo(place));
    list.append(item);
  }
  return list;
}

function feedbackForm(identifier, question) {
  const form = part(".feedback");
  form.action = form.getAttribute("action").replace("ANSWER", identifier);
  form.elements.question.value = question;
  return form;
}

function problemForm(identifier, question) {
  const form = part(".problem-form");
  form.elements.question.value = question;
  form.elements.answer_id.value = identifier || "";
  return form;
}

// The question before, with which this one was asked, goes along.
function whyLink(question) {
  const found = parts.content.querySelector(".why");
  if (!found) return ""; // not for those who may not see it
  const link = found.cloneNode(true);
  const asked = Array.from(log.querySelectorAll(".turn-question"), (heading) => heading.lastChild.data);
  const words = new URLSearchParams({ q: question });
  if (asked.length > 1) words.set("before", asked[asked.length - 2]);
  link.setAttribute("href", link.getAttribute("href").split("?")[0] + "?" + words);
  return link;
}

function actions(body, question) {
  const row = element("div", "outcome-actions");
  if (body.outcome !== "answer") {
    if (body.reportable) row.append(problemForm(body.answer_id, question));
    row.append(whyLink(question));
    return row;
  }
  const words = JSON.parse(log.dataset.confidence);
  const word = words.find((pair) => body.confidence >= pair[0])[1];
  const copy = part(".copy");
  copy.hidden = false;
  row.append(element("span", "confidence", "把握：" + word), copy);
  if (body.answer_id) row.append(feedbackForm(body.answer_id, question));
  row.append(whyLink(question));
  return row;
}

export function finish(outcome, body, question) {
  outcome.classList.add("outcome-" + body.outcome);
  if (body.outcome === "clarification") outcome.append(choices(body.choices));
  if (body.nearest.length) outcome.append(nearest(body.nearest));
  for (const warning of body.warnings) outcome.append(notice(warning, "warning"));
  if (body.citations.length) outcome.append(sources(body.citations));
  if (body.outcome !== "clarification") outcome.append(actions(body, question));
}
