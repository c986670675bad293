"""The public site: pages, charts and data files, made from nothing but public years."""
