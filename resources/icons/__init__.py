"""Line drawings, coloured by the theme when they are drawn."""
