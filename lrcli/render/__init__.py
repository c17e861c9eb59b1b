"""From curves to what a person looks at: drawings, tables and pages."""
