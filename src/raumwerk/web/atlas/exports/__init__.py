"""Data to take away: csv, xlsx, GeoJSON, GeoPackage and the DCAT-AP.de catalogue."""
