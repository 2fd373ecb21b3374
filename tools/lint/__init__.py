"""What no general linter knows: Chinese typography in texts with code and formulas, the workflow of the CI."""
