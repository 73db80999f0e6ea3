"""The feed: what people say, send and ask during a LIVE. GUI thread; no net, media, protocol."""

from studio.ui.feed.feed_panel import FeedPanel

__all__ = ["FeedPanel"]
