import '../look.css'

document.documentElement.dataset['script'] = 'on'
