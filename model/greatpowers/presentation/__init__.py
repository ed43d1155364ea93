"""What figures and pages share: colours, SVG, HTML.

Figures and pages stay with their subject.
"""
