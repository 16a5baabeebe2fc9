// The few things that htmx leaves open: where the focus goes after a page came, a relay that does not answer, an end to the list of what happens, scripts
// of one page alone.
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  // A whole page came: whoever reads by ear or keyboard begins at its top, as after a real one.
  if (detail.target?.id === 'main') detail.target.focus({ preventScroll: true });
});

/** What holds until the relay answers again. */
const unanswered = document.getElementById('unanswered');
function tell(text) {
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  // Said once, at the time it began.
  if (!unanswered.hidden) return;
  unanswered.textContent = `${text} (${clock.format()})`;
  unanswered.hidden = false;
}
const takeBack = () => {
  unanswered.hidden = true;
};
const noAnswer = ({ verb }) => {
  takeBack();
  tell(
    verb === 'get'
      ? 'The relay does not answer: what stands here may be old.'
      : 'The relay does not answer: it is not known whether this was done. What you wrote stays; look before you send it again.',
  );
};
document.addEventListener('htmx:sendError', ({ detail }) => noAnswer(detail.requestConfig));
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  // Of what a page asks for by itself an error must not take the place: what stands there says more.
  if (detail.requestConfig.elt.id !== 'follows' || !detail.isError) return takeBack();
  detail.shouldSwap = false;
  noAnswer(detail.requestConfig);
});
// A stream may end and begin anew; one that cannot begin is told. What happened meanwhile it does not say.
let lost = 0;
document.addEventListener('htmx:sseError', () => {
  lost++;
  if (lost > 1) tell('This page does not follow any more, for the relay does not answer: what stands here may be old.');
});
document.addEventListener('htmx:sseOpen', ({ target }) => {
  if (lost > 0) htmx.trigger(target.querySelector('#follows'), 'sse:changed');
  lost = 0;
});

document.addEventListener('htmx:sseMessage', ({ target }) => {
  for (const old of [...target.children].slice(30)) old.remove();
});
/** What only some pages need they name in `data-load`: style and scripts come, in this order, with the first such page. */
const loaded = new Set();
function loadMore() {
  for (const { dataset } of document.querySelectorAll('[data-load]')) {
    for (const path of dataset.load.split(' ').filter((one) => !loaded.has(one))) {
      loaded.add(path);
      const style = path.endsWith('.css');
      const more = document.createElement(style ? 'link' : 'script');
      Object.assign(more, style ? { rel: 'stylesheet', href: path } : { src: path, async: false });
      document.head.append(more);
    }
  }
}
document.addEventListener('htmx:afterSettle', loadMore);
loadMore();
