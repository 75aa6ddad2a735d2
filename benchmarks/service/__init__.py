"""The service under load: what-if, reads, uploads, and jobs whose workers are killed."""
