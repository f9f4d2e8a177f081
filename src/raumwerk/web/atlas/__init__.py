"""The Atlas: pages, API and downloads over the published releases of statistics."""
