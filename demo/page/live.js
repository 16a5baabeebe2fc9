// Puts in what has changed, and keeps open what is open. A mail is loaded when it is opened, and is as high as what stands in it.
const live = document.getElementById('live');
const opened = new Set();
let newestMail = '';

function fill(id, text) {
  const place = document.getElementById(id);
  const made = document.createElement('template');
  made.innerHTML = text;
  const old = new Map([...place.querySelectorAll('details[id]')].map((one) => [one.id, one]));
  // What is there already stays itself, so that a mail that is open is not loaded again.
  for (const fresh of made.content.querySelectorAll('details[id]')) if (old.has(fresh.id)) fresh.replaceWith(old.get(fresh.id));
  place.replaceChildren(made.content);
}

function dress() {
  for (const bar of document.querySelectorAll('[data-colour]')) if (bar.dataset.colour) bar.style.borderColor = bar.dataset.colour;
  const [first] = document.querySelectorAll('.mail');
  if (first && first.id !== newestMail) {
    // Only what this page opened itself is closed again.
    const before = newestMail && document.getElementById(newestMail);
    if (before && !opened.has(before.id)) before.open = false;
    newestMail = first.id;
    first.open = true;
  }
  for (const mail of document.querySelectorAll('.mail[open]')) load(mail);
  const story = document.getElementById('story');
  if (story.parentElement.matches(':not(:hover)')) story.scrollTop = story.scrollHeight;
}

function load(mail) {
  const frame = mail.querySelector('iframe');
  if (frame.src === '' && frame.dataset.src) {
    frame.addEventListener('load', () => heighten(frame));
    frame.src = frame.dataset.src;
  } else heighten(frame);
}

function heighten(frame) {
  const root = frame.contentDocument?.documentElement;
  if (root) frame.style.height = `${root.scrollHeight}px`;
}

document.addEventListener('click', ({ target }) => {
  const mail = target.closest?.('.mail > summary')?.parentElement;
  if (mail) opened.add(mail.id);
});
document.addEventListener('toggle', ({ target }) => target.matches('.mail[open]') && load(target), true);
addEventListener('resize', () => document.querySelectorAll('.mail[open] iframe').forEach(heighten));

const source = new EventSource('/live');
source.addEventListener('message', ({ data }) => {
  live.textContent = 'live';
  for (const [id, text] of Object.entries(JSON.parse(data))) fill(id, text);
  dress();
});
source.addEventListener('error', () => {
  live.textContent = 'the demo has ended';
});
