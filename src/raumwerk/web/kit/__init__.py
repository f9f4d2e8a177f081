"""What every app of the website uses: middleware, context, template tags. No models."""
