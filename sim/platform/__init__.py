"""Keep what hospitals share: a registry, offers and bookings, agreements, and a ledger of every change."""
