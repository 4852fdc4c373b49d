"""The course as pages to read: from the chapters' stored outputs, and from what the code says of itself."""
