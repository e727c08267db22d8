import { focusHeading, focusIfLost } from './heading-focus';

function heading(): HTMLElement {
  document.body.innerHTML = '<button>Other</button><h1 tabindex="-1">Title</h1>';
  return document.querySelector('h1') as HTMLElement;
}

describe('heading focus', () => {
  it('stays where it is on the first page of a visit', () => {
    focusIfLost(heading());
    expect(document.body).toHaveFocus();
  });

  it('moves to a heading that appears after its page was opened', () => {
    document.body.innerHTML = '';
    focusHeading();
    const late = heading();
    focusIfLost(late);
    expect(late).toHaveFocus();
  });

  it('is not taken from what the user has focused meanwhile', () => {
    const late = heading();
    document.querySelector('button')?.focus();
    focusIfLost(late);
    expect(document.querySelector('button')).toHaveFocus();
  });
});
