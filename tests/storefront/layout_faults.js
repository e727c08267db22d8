() => {
  // Hidden on purpose, or the name that a user has chosen.
  const EXEMPT =
    ".visually-hidden, .skip, #svelte-announcer, option, script, noscript, " +
    "header details summary span";
  const HALF_A_LINE = 0.5;
  const root = document.documentElement;
  const faults = [];
  if (root.scrollWidth > root.clientWidth)
    faults.push(
      `the page scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`,
    );

  const blockOf = (element) => {
    let block = element;
    while (getComputedStyle(block).display.startsWith("inline")) {
      if (getComputedStyle(block).display !== "inline") break;
      block = block.parentElement;
    }
    return block;
  };
  const isScrolled = (element) => {
    for (
      let each = element;
      each && each !== document.body;
      each = each.parentElement
    )
      if (getComputedStyle(each).overflowX === "auto") return true;
    return false;
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    const isShown = text.data.trim() && element.checkVisibility();
    if (!isShown || element.closest(EXEMPT) || element.closest("header .brand"))
      continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const seen = range.getBoundingClientRect();
    const block = blockOf(element);
    const box = block.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(element).fontSize) * HALF_A_LINE;
    const name = `“${text.data.trim().slice(0, 40)}” in ${block.tagName}.${block.className}`;
    if (
      !isScrolled(element) &&
      (seen.left < -1 || seen.right > root.clientWidth + 1)
    )
      faults.push(`${name} leaves the page`);
    else if (seen.left < box.left - 1 || seen.right > box.right + 1)
      faults.push(`${name} is wider than its box`);
    else if (seen.top < box.top - size || seen.bottom > box.bottom + size)
      faults.push(`${name} is higher than its box`);
    const { overflowX } = getComputedStyle(block);
    if (overflowX !== "visible" && overflowX !== "auto")
      if (block.scrollWidth > block.clientWidth + 1)
        faults.push(`${name} is cut`);
  }
  return faults;
};
