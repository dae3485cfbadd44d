"""Write a city or a run as an HL7 FHIR R5 bundle, and read such a bundle as a city."""
