"""The feed: what people say, send and ask during a LIVE. GUI thread; no net, media, protocol."""
