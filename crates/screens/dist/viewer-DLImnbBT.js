/* empty css             */document.documentElement.dataset.script="on";
