"""asyncio clients of the backend: events, picture, credentials, the embedded process. No Qt."""
