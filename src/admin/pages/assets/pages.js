// The few things that htmx leaves open: where the focus goes after a page came, and an end to the list of what happens.
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  // A whole page came: whoever reads by ear or keyboard begins at its top, as after a real one.
  if (detail.target?.id === 'main') detail.target.focus({ preventScroll: true });
});
document.addEventListener('htmx:sseMessage', ({ target }) => {
  for (const old of [...target.children].slice(30)) old.remove();
});
