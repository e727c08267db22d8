import { keepWidth, reservedWidth } from './account-width';

describe('reservedWidth', () => {
  it('is that of the last visit', () => {
    keepWidth(187);
    expect(reservedWidth()).toBe('187px');
  });

  it('is a usual one on the first visit', () => {
    expect(reservedWidth()).toMatch(/^\d+px$/);
  });

  it('stays when the element leaves the page', () => {
    keepWidth(187);
    keepWidth(0);
    expect(reservedWidth()).toBe('187px');
  });

  it('is a usual one if what is stored is no width', () => {
    const usual = reservedWidth();
    localStorage.setItem('pannier.account-width', 'wide');
    expect(reservedWidth()).toBe(usual);
  });
});
