"""Picture files of every form that the station reads, and of some that it refuses.

A form is a function of the width, the height and a random generator, and gives a file's bytes.
"""

import pictures_bmp
import pictures_jpeg
import pictures_pnm
import pictures_tiff

MODULES = {"jpg": pictures_jpeg, "bmp": pictures_bmp, "pnm": pictures_pnm, "tif": pictures_tiff}

# By the name of a file.
READ = {f"{name}.{ending}": form for ending, module in MODULES.items() for name, form in module.READ.items()}
REFUSED = {f"{name}.{ending}": form for ending, module in MODULES.items() for name, form in module.REFUSED.items()}
