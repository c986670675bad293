"""The domain that letters come from: verified at SES, and the DNS records that prove it."""
