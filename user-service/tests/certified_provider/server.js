// A certified OpenID Connect provider. Every user who names an account is logged in.
import { Provider } from 'oidc-provider'

const { PORT, BACKCHANNEL_LOGOUT_URI, CLIENT_SECRET, REDIRECT_URI, HOME_URL } = process.env
const RESOURCE = 'urn:pannier'

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [
    {
      client_id: 'pannier-web',
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      post_logout_redirect_uris: [HOME_URL],
      backchannel_logout_uri: BACKCHANNEL_LOGOUT_URI,
      backchannel_logout_session_required: true
    }
  ],
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'shop',
        audience: 'pannier',
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } }
      })
    }
  },
  // Without the dispatcher, which refuses to call this machine, and without the signal,
  // which after 2.5 s calls a machine that stalls a silent service.
  fetch: (url, { dispatcher, signal, ...options }) => fetch(url, options),
  cookies: { keys: [CLIENT_SECRET] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Access tokens of this provider have no `sid` by default.
  extraTokenClaims: (context, token) => ({
    sid: context.oidc.entities.AuthorizationCode?.sid,
    preferred_username: token.accountId,
    email: `${token.accountId}@example.com`,
    email_verified: true,
    roles: token.accountId === 'grace' ? ['shop-admin'] : []
  }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async context => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId
    })
    grant.addOIDCScope('openid')
    grant.addResourceScope(RESOURCE, 'shop')
    await grant.save()
    return grant
  }
})

provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next()
  const { params } = await provider.interactionDetails(context.req, context.res)
  const result = { login: { accountId: params.login_hint } }
  await provider.interactionFinished(context.req, context.res, result)
  context.respond = false
})

provider.listen(Number(PORT), '127.0.0.1', () => console.log('listening'))
