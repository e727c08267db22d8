import { load } from './+layout';

const visit = (path: string) =>
  load({ url: new URL(path, 'http://shop.test') } as Parameters<typeof load>[0]);

describe('the layout', () => {
  it('leads a visitor whose log-in at a provider has failed to the sign-in page', () => {
    expect(() => visit('/orders?login_error=login_denied')).toThrow(
      expect.objectContaining({ status: 307, location: '/sign-in?return_to=%2Forders' }),
    );
  });

  it('lets all other visitors pass', () => {
    expect(visit('/orders')).toBeUndefined();
  });
});
