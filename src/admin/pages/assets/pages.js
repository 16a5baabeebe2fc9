// The few things that htmx leaves open: where the focus goes after a page came, an end to the list of what happens, scripts of one page alone.
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  // A whole page came: whoever reads by ear or keyboard begins at its top, as after a real one.
  if (detail.target?.id === 'main') detail.target.focus({ preventScroll: true });
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
