"""Exchange cities and runs in formats that other systems read: FHIR R5 bundles and EDXL-HAVE style bed counts."""
