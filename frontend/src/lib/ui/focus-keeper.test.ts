import { keepFocus } from './focus-keeper';

const CART = `
  <main>
    <h1>Your cart</h1>
    <ul>
      <li id="mug"><h2>Mug</h2><div><button id="take">Take 1</button></div></li>
      <li id="lamp"><h2>Lamp</h2><button id="remove">Remove</button></li>
    </ul>
  </main>
  <input id="search" />`;

describe('keepFocus', () => {
  let stop: () => void;

  const find = (selector: string) => document.querySelector(selector) as HTMLElement;
  // Observers of mutations are called after the script that has made them.
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  beforeEach(() => {
    document.body.innerHTML = CART;
    stop = keepFocus(document.body);
  });

  afterEach(() => stop());

  it('moves the focus to the heading of the section that remains', async () => {
    find('#take').focus();
    find('#take').parentElement?.remove();
    await settled();
    expect(find('#mug h2')).toHaveFocus();
  });

  it('does not jump to another item of a list', async () => {
    find('#remove').focus();
    find('#lamp').remove();
    await settled();
    expect(find('h1')).toHaveFocus();
  });

  it('prefers an alert that says what has happened', async () => {
    find('#take').focus();
    find('#take').outerHTML = '<p role="alert">Somebody has taken it.</p>';
    await settled();
    expect(find('[role="alert"]')).toHaveFocus();
  });

  it('follows the next element that disappears', async () => {
    find('#take').focus();
    find('#take').remove();
    await settled();
    find('#mug').remove();
    await settled();
    expect(find('h1')).toHaveFocus();
  });

  it('leaves the focus where the page has put it', async () => {
    find('#take').focus();
    find('#take').remove();
    find('#search').focus();
    await settled();
    expect(find('#search')).toHaveFocus();
  });

  it('does nothing after the user has left the element', async () => {
    find('#take').focus();
    find('#take').blur();
    await settled();
    find('#take').remove();
    await settled();
    expect(document.body).toHaveFocus();
  });
});
